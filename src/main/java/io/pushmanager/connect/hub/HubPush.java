package io.pushmanager.connect.hub;

import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Target;

/**
 * One push for this node's clients.
 *
 * @param messageId goes into the frame; a repeat of it with the same content reaches only who came since. Empty: not remembered
 */
public record HubPush(String messageId, Target target, Content content) {}
