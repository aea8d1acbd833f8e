package io.pushmanager.app;

import io.pushmanager.admin.AdminConfig;
import io.pushmanager.cluster.ClusterConfig;
import io.pushmanager.config.ConfigReader;
import io.pushmanager.config.ProcessConfig;
import io.pushmanager.config.Role;
import io.pushmanager.connect.ConnectConfig;
import io.pushmanager.connect.inbox.InboxConfig;
import io.pushmanager.controller.ControllerConfig;
import io.pushmanager.directory.DirectoryConfig;
import io.pushmanager.discovery.DiscoveryConfig;
import io.pushmanager.fanout.FanoutConfig;
import io.pushmanager.ingress.IngressConfig;
import io.pushmanager.nodeclient.NodeClientConfig;
import io.pushmanager.publisher.PublisherConfig;
import java.util.Set;

/** Everything that can be configured, read once. Every record is read whatever the roles, so that every key is known. */
record Settings(
        ProcessConfig process,
        StrainConfig strain,
        AdminConfig admin,
        DiscoveryConfig discovery,
        IngressConfig ingress,
        PublisherConfig publisher,
        ClusterConfig cluster,
        FanoutConfig fanout,
        DirectoryConfig directory,
        NodeClientConfig nodeClient,
        ConnectConfig connect,
        InboxConfig inbox,
        ControllerConfig controller) {

    static Settings read(ConfigReader in, Set<Role> roles) {
        ProcessConfig process = ProcessConfig.read(in, roles);
        FanoutConfig fanout = FanoutConfig.read(in);
        return new Settings(
                process,
                StrainConfig.read(in),
                AdminConfig.of(process),
                DiscoveryConfig.read(in),
                IngressConfig.read(in),
                PublisherConfig.read(in),
                ClusterConfig.read(in),
                fanout,
                DirectoryConfig.read(in),
                NodeClientConfig.read(in).withInterestLease(fanout.leaseOfNodes()),
                ConnectConfig.read(in),
                InboxConfig.read(in),
                ControllerConfig.read(in));
    }
}
