package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.vertx.core.Future;
import java.util.List;

/**
 * Takes pushes to the clients of this node.
 *
 * <p><b>Order:</b> that of the calls, and within a batch that of the list. <b>Thread:</b> any; a future completes on the caller's
 * context, when it has one.
 */
@FunctionalInterface
public interface PushSink {

    /**
     * Takes a whole batch, as one task per event loop. All its pushes have one priority. It is not to be changed afterwards.
     *
     * @return when every event loop has it behind it: one answer for each push, in the order of the batch; a push that broke something here answers
     *     {@link HubAnswer.Refused} with INTERNAL and leaves the others alone; one whose report takes longer, because of slow sockets,
     *     {@link HubAnswer.Later}
     */
    Future<List<HubAnswer>> deliverAll(List<HubPush> pushes);

    /** One push, when its answer is whole. */
    default Future<HubAnswer> deliver(HubPush push) {
        return deliverAll(List.of(push)).compose(answers -> HubAnswer.whole(answers.get(0)));
    }
}
