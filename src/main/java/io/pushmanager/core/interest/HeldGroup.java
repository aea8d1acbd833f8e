package io.pushmanager.core.interest;

import java.util.List;

/** What was held together, until nobody is left whom it waits for. <b>Thread:</b> its gate's. */
final class HeldGroup<W> {

    private final List<W> held;
    private int waitsFor;

    HeldGroup(List<W> held) {
        this.held = held;
    }

    void waitForOneMore() {
        waitsFor++;
    }

    /** @param released takes what is held when this was the last that it waited for */
    void oneLess(List<W> released) {
        waitsFor--;
        if (waitsFor == 0) {
            released.addAll(held);
        }
    }

    boolean isFree() {
        return waitsFor == 0;
    }
}
