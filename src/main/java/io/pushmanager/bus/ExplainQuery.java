package io.pushmanager.bus;

/** Ingress asks fan-out what it knows of a message id. */
public record ExplainQuery(String messageId) {}
