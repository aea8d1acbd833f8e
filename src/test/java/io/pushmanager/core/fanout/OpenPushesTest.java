package io.pushmanager.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenPushesTest {

    @Test
    void findsEachOfManyByItsNumber() {
        OpenPushes open = new OpenPushes(1_000);
        List<OpenPush> pushes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            pushes.add(push());
            open.add(pushes.get(i));
        }

        assertThat(pushes).allSatisfy(push -> assertThat(open.find(push.id)).isSameAs(push));
        assertThat(open.isFull()).isTrue();
    }

    @Test
    void doesNotFindAPlacesNextPushByTheOldNumber() {
        OpenPushes open = new OpenPushes(10);
        OpenPush first = push();
        open.add(first);
        open.remove(first);
        open.add(push());

        assertThat(open.find(first.id)).isNull();
        assertThat(open.size()).isEqualTo(1);
    }

    @Test
    void doesNotFindNumbersItNeverGave() {
        OpenPushes open = new OpenPushes(10);

        assertThat(open.find(-1)).isNull();
        assertThat(open.find(0)).isNull();
        assertThat(open.find(Long.MAX_VALUE)).isNull();
    }

    @Test
    void refusesToRemoveWhatIsNotOpen() {
        OpenPushes open = new OpenPushes(10);
        OpenPush gone = push();
        open.add(gone);
        open.remove(gone);

        assertThatThrownBy(() -> open.remove(gone)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesLimitsItsNumbersCannotHold() {
        assertThatThrownBy(() -> new OpenPushes(OpenPushes.LARGEST_MAX_OPEN + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OpenPushes(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsNothingAtPlacesItHasNotMadeYet() {
        OpenPushes open = new OpenPushes(1_000);
        open.add(push());

        for (int place = 1; place < 200; place++) {
            assertThat(open.find(place)).isNull();
        }
    }

    /** 64 fill the first array to its end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65, 1_000})
    void visitsEachOpenPushOnce(int count) {
        OpenPushes open = new OpenPushes(count);
        List<OpenPush> pushes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pushes.add(push());
            open.add(pushes.get(i));
        }

        List<OpenPush> visited = new ArrayList<>();
        open.forEach(visited::add);

        assertThat(visited).containsExactlyElementsOf(pushes);
    }

    @Test
    void doesNotVisitWhatTheVisitorClosed() {
        OpenPushes open = new OpenPushes(10);
        OpenPush first = push();
        OpenPush second = push();
        open.add(first);
        open.add(second);

        List<OpenPush> visited = new ArrayList<>();
        open.forEach(push -> {
            visited.add(push);
            if (push == first) {
                open.remove(second);
            }
        });

        assertThat(visited).containsExactly(first);
    }

    @Test
    void isAsRoomyAsBeforeOnceEverythingHasEnded() {
        OpenPushes open = new OpenPushes(300);
        for (int round = 0; round < 3; round++) {
            List<OpenPush> pushes = new ArrayList<>();
            while (!open.isFull()) {
                pushes.add(push());
                open.add(pushes.get(pushes.size() - 1));
            }
            assertThat(pushes).hasSize(300);
            assertThat(pushes).allSatisfy(push -> assertThat(open.find(push.id)).isSameAs(push));
            pushes.forEach(open::remove);
            assertThat(open.size()).isZero();
        }
    }

    @Test
    void takesTheLimitsItsNumbersCanHold() {
        assertThatNoException().isThrownBy(() -> new OpenPushes(OpenPushes.LARGEST_MAX_OPEN));
        assertThatNoException().isThrownBy(() -> new OpenPushes(1));
    }

    private static OpenPush push() {
        PushMessage message = PushMessage.of(
                "id", true, Api.HTTP, Target.everyone(), Content.text("x", 0), AckLevel.ACCEPTED, 0, null);
        return new OpenPush(message, new NodeSlot[0], null);
    }
}
