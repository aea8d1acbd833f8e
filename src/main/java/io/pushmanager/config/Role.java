package io.pushmanager.config;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a process does; {@code all} on the command line stands for every one of these. */
public enum Role {
    PUSH_MANAGER,
    CONNECT_NODE,
    CONTROLLER_MANAGER;

    /** The name on the command line, in metrics and in etcd, such as {@code push-manager}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Every etcd key of this role begins with it. */
    public String prefix() {
        return "/services/" + label() + "/";
    }

    /** The etcd key of the process that others reach at {@code address}. */
    public String keyOf(String address) {
        return prefix() + address;
    }

    public static Set<Role> all() {
        return EnumSet.allOf(Role.class);
    }

    /** Empty for a word that is no role; {@code all} gives every role. */
    public static Optional<Set<Role>> parse(String word) {
        if (word.equals("all")) {
            return Optional.of(all());
        }
        return Arrays.stream(values())
                .filter(role -> role.label().equals(word))
                .findFirst()
                .map(EnumSet::of);
    }

    /** The words that {@link #parse} takes. */
    public static String allowed() {
        return Arrays.stream(values()).map(Role::label).collect(Collectors.joining(", ")) + ", all";
    }
}
