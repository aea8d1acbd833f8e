package io.pushmanager.bus;

import io.pushmanager.core.mailbox.MailboxEntry;
import java.util.List;

/**
 * Fan-out offers pushes to one node's mailbox: what one turn of its event loop brought for that node.
 *
 * @param entries in the order of arrival, at least one; the nodes that get the same ones share the list, so that nobody
 *     writes to it
 */
public record Offers(List<MailboxEntry> entries) {}
