package io.pushmanager.bus;

import io.pushmanager.core.routes.RouteKey;
import java.util.List;

/** Asks at which nodes rooms and users are. */
public record RouteQuery(List<RouteKey> keys) {}
