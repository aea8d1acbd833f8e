package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.PushMessage;

/**
 * One push in one node's mailbox.
 *
 * @param pushId fan-out's number of the push
 */
public record MailboxEntry(long pushId, PushMessage message) {}
