package io.pushmanager.core.presence;

import java.util.List;
import java.util.Set;

/**
 * At which nodes rooms and users are.
 *
 * @param nodes all that are known
 * @param told keys of the nodes that have told all they hold and whose stream has not broken since; of the others more may
 *     be true than stands here
 * @param rooms keys of nodes, for each room that was asked for, in that order
 * @param users keys of nodes, for each user that was asked for, in that order
 */
public record Whereabouts(
        List<NodeStatus> nodes, Set<String> told, List<List<String>> rooms, List<List<String>> users) {}
