package io.pushmanager.bus;

import io.pushmanager.core.message.PushMessage;

/**
 * Fan-out offers one push to one node's mailbox.
 *
 * @param pushId fan-out's own number of the push, unique while it runs; comes back in every {@link OfferUpdate}
 */
public record Offer(long pushId, PushMessage message) {}
