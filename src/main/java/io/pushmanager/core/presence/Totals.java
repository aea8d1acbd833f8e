package io.pushmanager.core.presence;

/** How many rooms have somebody, and how many different users are online. */
public record Totals(long rooms, long users) {}
