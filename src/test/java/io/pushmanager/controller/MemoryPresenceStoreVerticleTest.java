package io.pushmanager.controller;

/** The store that is lost with its process. */
class MemoryPresenceStoreVerticleTest extends PresenceStoreSuite {

    @Override
    PresenceStore emptyStore() {
        return new MemoryPresenceStore("here", CLOCKS);
    }

    @Override
    int seeds() {
        return 10;
    }
}
