package io.pushmanager.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApiTest {

    @Test
    void labelsAreTheWordsOfTheContractAndOneForOperators() {
        assertThat(Api.values())
                .extracting(Api::label)
                .containsExactlyInAnyOrder(
                        "PushToRoom",
                        "PushToUser",
                        "BroadcastMessage",
                        "Broadcast",
                        "PushStream",
                        "Http",
                        "EventBus",
                        "Operator");
    }
}
