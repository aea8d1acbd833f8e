/**
 * What the node answers over HTTP on the clients' port: the upgrade to WebSocket, statistics, health, the page to try it by hand.
 *
 * <p>Upstream: {@code connect}. Downstream: {@code connect.hub}.
 */
@NullMarked
package io.pushmanager.connect.http;

import org.jspecify.annotations.NullMarked;
