package io.pushmanager.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    private static OpenPush push() {
        PushMessage message = PushMessage.of(
                "id", true, Api.HTTP, Target.everyone(), Content.text("x", 0), AckLevel.ACCEPTED, 0, null);
        return new OpenPush(message, new NodeSlot[0], null);
    }
}
