package io.pushmanager.chaos;

import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;

/** What is done to the frames of one {@code Link} stream on their way. <b>Thread:</b> the meddling node's timer. */
interface LinkMeddling {

    /** Where frames go on to; what comes after a break goes nowhere. */
    interface Ends {
        void toNode(ManagerFrame frame);

        void toManager(NodeFrame frame);
    }

    void fromManager(ManagerFrame frame, Ends ends);

    void fromNode(NodeFrame frame, Ends ends);
}
