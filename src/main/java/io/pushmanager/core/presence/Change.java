package io.pushmanager.core.presence;

/** How many users came online that were nowhere before, and how many are nowhere any more. */
public record Change(int online, int offline) {

    public static final Change NONE = new Change(0, 0);

    public Change plus(Change other) {
        return new Change(online + other.online, offline + other.offline);
    }
}
