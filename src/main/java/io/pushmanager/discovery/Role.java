package io.pushmanager.discovery;

/** What a process registers as: the folder of its key. */
public enum Role {
    CONNECT_NODE("connect-node"),
    PUSH_MANAGER("push-manager"),
    CONTROLLER_MANAGER("controller-manager");

    private final String label;

    Role(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** Every key of this role begins with it. */
    public String prefix() {
        return "/services/" + label + "/";
    }

    public String keyOf(String address) {
        return prefix() + address;
    }
}
