package io.pushmanager.core.outcome;

/** The answer to a push: what became of it, or why it was not taken. A value, not an exception. */
public sealed interface PushAnswer permits PushResult, PushError {}
