package io.pushmanager.bus;

import io.pushmanager.core.outcome.NodeReport;

/**
 * A node client tells fan-out what became of an offer.
 *
 * <p><b>Order:</b> first one that says accepted or rejected, at once on receipt; then, if it was accepted and the push
 * asked for {@code DELIVERED}, exactly one more with the end. An end that says {@code ACCEPTED} has a reason: the node does
 * not report.
 *
 * @param clientId the node client that the offer went to
 */
public record OfferUpdate(long pushId, String clientId, NodeReport report) {}
