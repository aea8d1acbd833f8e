package io.pushmanager.controller;

/** Where a Controller keeps what it knows. */
public enum StoreKind {
    /** In this process; the nodes tell everything again when it starts anew. */
    MEMORY,
    /** In a Redis, for several Controllers and over restarts. */
    REDIS
}
