package io.pushmanager.core.presence;

import java.util.List;

/**
 * Part of a sorted list.
 *
 * @param total how many there are on all pages: rooms, or different users
 * @param next after which key the next page begins; empty on the last
 */
public record Page<T>(List<T> items, long total, String next) {
    public Page {
        items = List.copyOf(items);
    }
}
