package io.pushmanager.bus;

import java.util.List;

/** Tickets that come back from fan-out, each with its answer: what one turn of its event loop brought. */
public record PushAnswers(List<PushTicket> tickets) {}
