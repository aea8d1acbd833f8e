package io.pushmanager.nodeclient;

import io.pushmanager.core.outcome.DeliveryCounts;

/** What became of one attempt to hand a push to a node. */
sealed interface LinkReply {

    /** The node took it and counted. */
    record Reported(DeliveryCounts delivery) implements LinkReply {}

    /** The node took it, and is of a kind that does not count. */
    record Uncounted() implements LinkReply {}

    /** The node certainly has not processed it: it may be sent again without becoming two. */
    record Unprocessed(String reason) implements LinkReply {}

    /** The node refused it, or it is unknown whether it was processed: it must not be sent again. */
    record Failed(String reason) implements LinkReply {}

    /** No answer by the deadline: the node may or may not have processed it. */
    record TimedOut(String reason) implements LinkReply {}

    /** Given up because the node or this manager is leaving. */
    record GivenUp(String reason) implements LinkReply {}

    /** Its time to live ended before it was sent. */
    record Expired() implements LinkReply {}

    /** A newer push took its place before it was sent. */
    record Conflated() implements LinkReply {}

    /** It had to make room in the mailbox before it was sent. */
    record Dropped() implements LinkReply {}
}
