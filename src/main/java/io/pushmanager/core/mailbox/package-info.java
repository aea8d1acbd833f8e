/**
 * What waits for one Connect-Node. Start at {@link io.pushmanager.core.mailbox.Mailbox}.
 *
 * <p>Upstream: the node client offers. Downstream: its workers take, one call at a time in a lane.
 */
@NullMarked
package io.pushmanager.core.mailbox;

import org.jspecify.annotations.NullMarked;
