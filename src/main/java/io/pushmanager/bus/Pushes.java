package io.pushmanager.bus;

import java.util.List;

/**
 * Validated pushes for fan-out: what one turn of an event loop brought.
 *
 * @param answersTo where each ticket goes back to, once, in any order
 * @param tickets in the order of arrival, at least one
 */
public record Pushes(Address<PushAnswers> answersTo, List<PushTicket> tickets) {}
