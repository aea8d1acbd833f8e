package io.pushmanager.connect.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.presence.ReportQueue;
import io.pushmanager.core.presence.UserReport;
import io.pushmanager.core.presence.UserState;
import io.pushmanager.core.presence.UserState.Seat;
import io.pushmanager.proto.pubsub.PresenceUpdate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** With event loops and a Controller that the test plays. */
class ReportSenderTest implements ReportSender.Line {

    private final Map<String, UserState> here = new TreeMap<>();
    private final List<PresenceUpdate> written = new ArrayList<>();
    private final Deque<Runnable> questions = new ArrayDeque<>();
    private final List<String> breaks = new ArrayList<>();
    private boolean answersAtOnce = true;
    private boolean writable = true;
    private int snapshots;
    private final ReportSender sender = new ReportSender(
            new ReportQueue(ReportSender.BATCH_USERS, 10),
            7,
            2,
            this,
            () -> List.copyOf(here.keySet()),
            this::states,
            () -> snapshots++);

    private Future<List<UserReport>> states(List<String> users) {
        Promise<List<UserReport>> promise = Promise.promise();
        Runnable answer = () -> promise.complete(
                users.stream().map(user -> new UserReport(user, here.get(user))).toList());
        if (answersAtOnce) {
            answer.run();
        } else {
            questions.add(answer);
        }
        return promise.future();
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void write(PresenceUpdate update) {
        written.add(update);
    }

    @Override
    public void broken(String why) {
        breaks.add(why);
    }

    private void comes(String user, String... rooms) {
        UserState state = UserState.online("", Map.of(), 1);
        for (String room : rooms) {
            state = state.joined(room, new Seat(2, Map.of()));
        }
        here.put(user, state);
        sender.changed(new UserMarks.Taken(List.of(user), false));
    }

    @Test
    void everybodyIsToldFirstThenWhatChanges() {
        here.put("a", UserState.online("A", Map.of(), 1));
        sender.pump();
        comes("b", "r");
        here.remove("a");
        sender.acknowledged(1);
        sender.changed(new UserMarks.Taken(List.of("a"), false));

        assertThat(written.get(0).getSnapshotBegins()).isTrue();
        assertThat(written.get(0).getSnapshotEnds()).isTrue();
        assertThat(written.get(0).getUsers(0).getUserName()).isEqualTo("A");
        assertThat(written.get(1).getUsers(0).getRooms(0).getRoomId()).isEqualTo("r");
        assertThat(written.get(2).getOfflineUserIdsList()).containsExactly("a");
        assertThat(written).extracting(PresenceUpdate::getVersion).containsExactly(1L, 2L, 3L);
        assertThat(written).allMatch(update -> update.getEpoch() == 7);
        sender.acknowledged(3);
        assertThat(sender.isIdle()).isTrue();
    }

    @Test
    void aControllerThatIsSlowGetsManyChangesAsOne() {
        sender.pump();
        comes("a");
        for (int i = 0; i < 8; i++) {
            comes("b-" + i % 3, "room-" + i);
        }

        assertThat(written).hasSize(2);
        sender.acknowledged(2);
        assertThat(written).hasSize(3);
        assertThat(written.get(2).getUsersCount()).isEqualTo(3);
    }

    @Test
    void aFullLineIsNotWrittenTo() {
        writable = false;
        sender.pump();
        assertThat(written).isEmpty();

        writable = true;
        sender.pump();
        assertThat(written).hasSize(1);
    }

    @Test
    void theEventLoopsAreAskedOneBatchAtATime() {
        answersAtOnce = false;
        sender.pump();
        comes("a");
        comes("b");
        assertThat(questions).hasSize(1);

        questions.remove().run();
        assertThat(questions).hasSize(1);
        questions.remove().run();
        assertThat(written.get(1).getUsersList()).extracting("userId").containsExactly("a", "b");
    }

    @Test
    void usersOfManyRoomsAreToldInSeveralUpdates() {
        String[] rooms = new String[500];
        for (int i = 0; i < rooms.length; i++) {
            rooms[i] = "room-" + i + "x".repeat(240);
        }
        for (String user : List.of("a", "b", "c", "d", "e")) {
            comes(user, rooms);
        }
        for (int ack = 1; ack < written.size(); ack++) {
            sender.acknowledged(ack);
        }

        assertThat(written).allMatch(update -> update.getSerializedSize() < 2 * ReportSender.UPDATE_BYTES);
        assertThat(written.stream().mapToInt(PresenceUpdate::getUsersCount).sum())
                .isGreaterThanOrEqualTo(5);
    }

    @Test
    void moreChangesThanAreCountedAreToldAsEverything() {
        sender.pump();
        sender.changed(new UserMarks.Taken(List.of(), true));

        assertThat(snapshots).isEqualTo(2);
        assertThat(written.get(1).getSnapshotBegins()).isTrue();
    }

    @Test
    void anAcknowledgementOfWhatWasNotSentEndsTheLink() {
        sender.pump();
        sender.acknowledged(2);

        assertThat(breaks).hasSize(1);
    }
}
