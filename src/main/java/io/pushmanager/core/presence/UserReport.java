package io.pushmanager.core.presence;

import org.jspecify.annotations.Nullable;

/**
 * What a node tells of one of its users: all of it, replacing what it told before.
 *
 * @param state null: no longer there
 */
public record UserReport(String userId, @Nullable UserState state) {}
