/**
 * One client per Connect-Node. Start at {@link io.pushmanager.nodeclient.SupervisorVerticle}.
 *
 * <pre>
 * NodeUp ─▶ SupervisorVerticle ─deploys─▶ NodeClientVerticle: offers ─▶ mailbox ─▶ lanes ─▶ NodeLink ─▶ Connect-Node
 * </pre>
 *
 * <p>Upstream: discovery's {@code MembershipEvent}s and fan-out's {@code Offer}s, over the bus. Downstream: a Connect-Node, over gRPC;
 * {@code OfferUpdate}, {@code LinkState} and {@code NodeClientEvent}, over the bus.
 */
@NullMarked
package io.pushmanager.nodeclient;

import org.jspecify.annotations.NullMarked;
