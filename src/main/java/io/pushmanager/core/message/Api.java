package io.pushmanager.core.message;

/** The way a push came in; the metric label {@code api}. */
public enum Api {
    PUSH_TO_ROOM("PushToRoom"),
    PUSH_TO_USER("PushToUser"),
    BROADCAST_MESSAGE("BroadcastMessage"),
    BROADCAST("Broadcast"),
    PUSH_STREAM("PushStream"),
    HTTP("Http"),
    EVENT_BUS("EventBus"),
    OPERATOR("Operator");

    private final String label;

    Api(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
