package io.pushmanager.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginPolicyTest {

    private final OriginPolicy strict = new OriginPolicy(List.of());

    @Test
    void whatSendsNoOriginIsLetIn() {
        assertThat(strict.allows(null, "localhost:8080")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080, localhost:8080",
        "HTTP://LocalHost:8080, localhost:8080",
        "http://example.com, example.com",
        "http://example.com, example.com:80",
        "http://example.com:80, example.com",
        "https://example.com, example.com:443",
        "http://[::1]:8080, [::1]:8080"
    })
    void ownHostIsLetIn(String origin, String host) {
        assertThat(strict.allows(origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8081, localhost:8080",
        "http://localhost, localhost:8080",
        "http://localhost.evil.example:8080, localhost:8080",
        "http://evil.example, localhost:8080",
        "null, localhost:8080",
        "localhost:8080, localhost:8080",
        "://localhost:8080, localhost:8080",
        "'', localhost:8080"
    })
    void otherPagesAreNot(String origin, String host) {
        assertThat(strict.allows(origin, host)).isFalse();
    }

    @Test
    void noHostIsNobodysOwn() {
        assertThat(strict.allows("http://localhost", null)).isFalse();
    }

    @Test
    void listedOriginsAreLetInWhateverTheHost() {
        OriginPolicy policy = new OriginPolicy(List.of("https://App.example:443/", "http://other.example"));
        assertThat(policy.allows("https://app.example", "localhost:8080")).isTrue();
        assertThat(policy.allows("http://app.example", "localhost:8080")).isFalse();
        assertThat(policy.allows("http://other.example:80", null)).isTrue();
    }

    @Test
    void starLetsEveryPageIn() {
        assertThat(new OriginPolicy(List.of("*")).allows("null", "localhost")).isTrue();
    }
}
