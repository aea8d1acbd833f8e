package io.pushmanager.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The keys of the outward contract and the environment variable of every key.
 *
 * <p>Keys that the contract's table does not list stand in the record that reads them; their variable is
 * {@link #PREFIX} and the key in upper case.
 */
public final class ConfigKeys {

    public static final String LISTEN_HOST = "listen.host";
    public static final String AUTH_MODE = "auth.mode";
    public static final String MANAGER_ID = "manager.id";
    public static final String MANAGER_GRPC_PORT = "manager.grpc.port";
    public static final String NODE_ID = "node.id";
    public static final String NODE_GRPC_PORT = "node.grpc.port";
    public static final String NODE_HTTP_PORT = "node.http.port";
    public static final String NODE_PUBLIC_URL = "node.public-url";
    public static final String CONTROLLER_ID = "controller.id";
    public static final String CONTROLLER_GRPC_PORT = "controller.grpc.port";
    public static final String CONTROLLER_ADDRESS = "controller.address";
    public static final String METRICS_PORT = "metrics.port";
    public static final String ADVERTISE_ADDRESS = "advertise.address";
    public static final String ETCD_ENDPOINTS = "discovery.etcd.endpoints";

    public static final String SHUTDOWN_TIMEOUT = "shutdown.timeout";
    public static final String DRAIN_SOCKET_GRACE = "drain.socket-grace";
    public static final String LOG_FORMAT = "log.format";
    public static final String LOG_LEVEL = "log.level";
    public static final String TRANSPORT = "transport";

    /** Names the configuration file; {@code --config} wins over it. */
    public static final String CONFIG_FILE_VARIABLE = "CONFIG_FILE";

    /** Every variable that starts so is ours: an unknown one is an error. */
    public static final String PREFIX = "PM_";

    private static final String GRPC_PORT = "GRPC_PORT";

    private static final Map<String, String> VARIABLES = Map.ofEntries(
            Map.entry(LISTEN_HOST, "LISTEN_HOST"),
            Map.entry(AUTH_MODE, "AUTH_MODE"),
            Map.entry(MANAGER_ID, "MANAGER_ID"),
            Map.entry(MANAGER_GRPC_PORT, GRPC_PORT),
            Map.entry(NODE_ID, "NODE_ID"),
            Map.entry(NODE_GRPC_PORT, "CONNECT_NODE_GRPC_PORT"),
            Map.entry(NODE_HTTP_PORT, "HTTP_PORT"),
            Map.entry(NODE_PUBLIC_URL, "PUBLIC_URL"),
            Map.entry(CONTROLLER_ID, "CONTROLLER_ID"),
            Map.entry(CONTROLLER_GRPC_PORT, "CONTROLLER_GRPC_PORT"),
            Map.entry(CONTROLLER_ADDRESS, "CONTROLLER_ADDRESS"),
            Map.entry(METRICS_PORT, "METRICS_PORT"),
            Map.entry(ADVERTISE_ADDRESS, "ADVERTISE_ADDRESS"),
            Map.entry(ETCD_ENDPOINTS, "ETCD_ENDPOINTS"));

    private ConfigKeys() {}

    /**
     * The variables that set a key, the one that wins first. Empty where no variable does: {@code GRPC_PORT} belongs to
     * the one role of a process, or to the manager's where several run, so {@code manager.grpc.port} has none elsewhere.
     */
    public static List<String> variablesOf(String key, Set<Role> roles) {
        String named = VARIABLES.get(key);
        if (named == null) {
            return List.of(prefixed(key));
        }
        return switch (key) {
            case MANAGER_GRPC_PORT -> owns(Role.PUSH_MANAGER, roles) ? List.of(GRPC_PORT) : List.of();
            case NODE_GRPC_PORT -> owns(Role.CONNECT_NODE, roles) ? List.of(GRPC_PORT, named) : List.of(named);
            case CONTROLLER_GRPC_PORT ->
                owns(Role.CONTROLLER_MANAGER, roles) ? List.of(GRPC_PORT, named) : List.of(named);
            default -> List.of(named);
        };
    }

    /** {@code routing.mode} → {@code PM_ROUTING_MODE}. */
    static String prefixed(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Whether a variable sets a key, or claims to. */
    static boolean isVariable(String name) {
        return name.startsWith(PREFIX) || name.equals(GRPC_PORT) || VARIABLES.containsValue(name);
    }

    /** The keys of the contract's table, known even where no record reads them. */
    static Set<String> contractKeys() {
        return VARIABLES.keySet();
    }

    private static boolean owns(Role role, Set<Role> roles) {
        // EnumSet and the declaration order of Role: the manager's before the node's before the Controller's.
        return roles.stream().min(Role::compareTo).map(role::equals).orElse(false);
    }
}
