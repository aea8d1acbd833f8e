package io.pushmanager.core.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MailboxEntryTest {

    @Test
    void isEncodedOnceForAllNodes() {
        MailboxEntry entry = new MailboxEntry(
                7,
                PushMessage.of(
                        "id", false, Api.HTTP, Target.everyone(), Content.text("x", 1), AckLevel.ACCEPTED, 0, null));
        byte[] first = entry.encoded(message -> message.messageId().getBytes(StandardCharsets.UTF_8));

        byte[] second = entry.encoded(message -> new byte[0]);

        assertThat(first).asString(StandardCharsets.UTF_8).isEqualTo("id");
        assertThat(second).isSameAs(first);
    }
}
