package io.pushmanager.app;

import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.discovery.RegistrationState;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Optional;

/** How the roles of this process find others: through etcd, or within this JVM. */
interface Discovery {

    /** A role's entry for others to find. */
    interface Registration {

        /** Tells others that the role is leaving; bounded, never fails. */
        Future<Void> announceDrain();

        /** Takes the entry back; bounded, never fails. */
        Future<Void> revoke();
    }

    /** Completes when registering is under way; readiness tells when it is done. */
    Future<Registration> register(Role role, NodeInfo self, RegistrationState state, boolean readinessWaits);

    /** Publishes the Connect-Nodes to a Push-Manager's verticles. */
    VerticleBase nodes(String managerId, RegistrationState ownRegistration);

    /** Lets a Connect-Node's readiness wait for the Push-Managers. */
    VerticleBase managers(RegistrationState ownRegistration);

    /** Says it when another Push-Manager has the name of this one; none where {@link #managers} does, or there is no other. */
    Optional<VerticleBase> namesakes();

    /** Tells a Connect-Node which Controllers there are, beside those it is told by configuration. */
    Optional<VerticleBase> controllers();

    /** Tells a member of the bus's cluster where others are. */
    Optional<VerticleBase> clusterMembers();

    /** Tells a Controller which Connect-Nodes come and go. */
    Optional<VerticleBase> registeredNodes();
}
