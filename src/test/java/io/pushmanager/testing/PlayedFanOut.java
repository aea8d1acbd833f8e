package io.pushmanager.testing;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.PushAnswers;
import io.pushmanager.bus.PushTicket;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.PushAnswer;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/** A fan-out that a test plays: each push is answered when the future that the test gives for it completes. */
public final class PlayedFanOut {

    private PlayedFanOut() {}

    public static void on(Bus bus, Function<PushMessage, Future<PushAnswer>> answers) {
        bus.consume(Addresses.PUSHES, pushes -> {
            for (PushTicket ticket : pushes.tickets()) {
                answers.apply(ticket.message()).onSuccess(answer -> {
                    ticket.setAnswer(answer);
                    bus.send(pushes.answersTo(), new PushAnswers(List.of(ticket)));
                });
            }
        });
    }
}
