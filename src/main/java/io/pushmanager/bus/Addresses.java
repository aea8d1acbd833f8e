package io.pushmanager.bus;

import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.routes.RouteAnswer;

/** Every address of the event bus, the public ones by name and the JVM's own ones by type. */
public final class Addresses {

    /** Public: anything on the bus may push here. See docs/event-bus.md. */
    public static final String PUBLISH = "push.v1.publish";
    /** Public: many pushes in one message, each with an answer of its own. */
    public static final String PUBLISH_MANY = "push.v1.publish-many";
    /** Public: each Push-Manager of a cluster says here, twice a second, how much it can take. */
    public static final String MANAGERS = "push.v1.managers";
    /** Public: published when a Connect-Node can be pushed to. */
    public static final String NODE_UP = "push.v1.node-up";
    /** Public: published when a Connect-Node no longer can. */
    public static final String NODE_DOWN = "push.v1.node-down";

    /** Ingress → fan-out: validated pushes, many at once; each ticket comes back with its answer. */
    public static final Address<Pushes> PUSHES = new Address<>("push.v1.local.pushes", Pushes.class);

    /** Publisher → fan-out: one validated push; answered by its result. */
    public static final RequestAddress<PushMessage, PushAnswer> FANOUT =
            new RequestAddress<>("push.v1.local.fanout", PushMessage.class, PushAnswer.class);

    /** Fan-out ← node clients: what became of offers. */
    public static final Address<OfferUpdates> OFFER_UPDATES =
            new Address<>("push.v1.local.offer-updates", OfferUpdates.class);

    /** Discovery → supervisor, fan-out, admin: published. */
    public static final Address<MembershipEvent> MEMBERSHIP =
            new Address<>("push.v1.local.membership", MembershipEvent.class);

    /** Discovery → this process's place in a cluster: where members are; published. */
    public static final Address<ClusterMemberSeen> CLUSTER_MEMBERS =
            new Address<>("push.v1.local.cluster-members", ClusterMemberSeen.class);

    /** Discovery → a Connect-Node's reporter, a Push-Manager's directory: which Controllers there are; published. */
    public static final Address<ControllerSeen> CONTROLLERS =
            new Address<>("push.v1.local.controllers", ControllerSeen.class);

    /** Discovery → Controller: the Connect-Nodes of the registry, whether they answer or not; published. */
    public static final Address<MembershipEvent> REGISTERED_NODES =
            new Address<>("push.v1.local.registered-nodes", MembershipEvent.class);

    /** Node clients → discovery: whether the connection to a node lives. */
    public static final Address<LinkState> LINK_STATES = new Address<>("push.v1.local.link-states", LinkState.class);

    /** Connect-Node's gRPC server → discovery: which managers have connected. Sent once for each new instance. */
    public static final Address<ManagerSeen> MANAGERS_SEEN =
            new Address<>("push.v1.local.managers-seen", ManagerSeen.class);

    /** Supervisor → fan-out: which node clients take offers. */
    public static final Address<NodeClientEvent> NODE_CLIENTS =
            new Address<>("push.v1.local.node-clients", NodeClientEvent.class);

    /** Ingress → supervisor: what this manager sees of its nodes. */
    public static final RequestAddress<NodeViews.Query, NodeViews> NODE_VIEWS =
            new RequestAddress<>("push.v1.local.node-views", NodeViews.Query.class, NodeViews.class);

    /** Ingress → fan-out: what is known of a message id. */
    public static final RequestAddress<ExplainQuery, ExplainAnswer> EXPLAIN =
            new RequestAddress<>("push.v1.local.explain", ExplainQuery.class, ExplainAnswer.class);

    /** Ingress → supervisor: what the nodes and their clients know of a message id. */
    public static final RequestAddress<NodeExplainQuery, NodeExplainAnswer> EXPLAIN_NODES =
            new RequestAddress<>("push.v1.local.explain-nodes", NodeExplainQuery.class, NodeExplainAnswer.class);

    /** Fan-out → the node clients of one event loop, at the desk that {@link NodeClientEvent.Opened} names: offers, in order. */
    public static Address<Offers> offersTo(String desk) {
        return new Address<>("push.v1.local.offers." + desk, Offers.class);
    }

    /** Node clients → fan-out: which rooms and users their nodes hold. */
    public static final Address<InterestEvent> INTEREST = new Address<>("push.v1.local.interest", InterestEvent.class);

    /** Fan-out → one node client: what it said of interest has been applied. */
    public static Address<InterestApplied> interestAppliedTo(String clientId) {
        return new Address<>("push.v1.local.interest-applied." + clientId, InterestApplied.class);
    }

    /** Fan-out → the directory: where rooms and users are. Fails when no Controller says. */
    public static final RequestAddress<RouteQuery, RouteAnswer> ROUTES =
            new RequestAddress<>("push.v1.local.routes", RouteQuery.class, RouteAnswer.class);

    /** Fan-out → one sender of {@link #PUSHES}: its tickets. */
    public static Address<PushAnswers> answersTo(long sender) {
        return new Address<>("push.v1.local.push-answers." + sender, PushAnswers.class);
    }

    private Addresses() {}
}
