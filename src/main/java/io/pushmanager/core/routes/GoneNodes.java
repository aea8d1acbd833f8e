package io.pushmanager.core.routes;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Processes that this manager has seen go: that the directory still names them is no news.
 *
 * <p><b>Bound:</b> the last {@value #MAX}. <b>Thread:</b> its owner's.
 */
final class GoneNodes {

    static final int MAX = 1_000;

    private final Set<String> keys = new LinkedHashSet<>();

    void gone(String key) {
        keys.remove(key);
        keys.add(key);
        if (keys.size() > MAX) {
            Iterator<String> oldest = keys.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    void back(String key) {
        keys.remove(key);
    }

    boolean contains(String key) {
        return keys.contains(key);
    }
}
