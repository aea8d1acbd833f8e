package io.pushmanager.core.routes;

import java.util.List;
import java.util.Set;

/**
 * What the directory says.
 *
 * @param told keys of the nodes that have told it everything they hold; any other node may hold what is not in the answer
 * @param holders for each {@link RouteKey} that was asked for, in that order, the nodes that hold it
 */
public record RouteAnswer(Set<String> told, List<List<NodeRef>> holders) {}
