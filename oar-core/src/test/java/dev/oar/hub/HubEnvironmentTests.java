package dev.oar.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubEnvironmentTests {
    @TempDir
    Path home;

    @Test
    void withoutVariablesItIsThePublicHubAndTheSharedCache() throws IOException {
        HubEnvironment environment = read(Map.of("HF_HOME", " ", "HF_ENDPOINT", ""));
        assertThat(environment.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(environment.cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(environment.token()).isNull();
        assertThat(environment.offline()).isFalse();
        assertThat(environment.answerTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(environment.downloadTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void theNarrowerVariableForTheCacheWins() throws IOException {
        assertThat(read(Map.of("XDG_CACHE_HOME", "/xdg")).cache()).isEqualTo(Path.of("/xdg/huggingface/hub"));
        assertThat(read(Map.of("XDG_CACHE_HOME", "/xdg", "HF_HOME", "/hf")).cache())
                .isEqualTo(Path.of("/hf/hub"));
        assertThat(read(Map.of("HF_HOME", "/hf", "HUGGINGFACE_HUB_CACHE", "/old"))
                        .cache())
                .isEqualTo(Path.of("/old"));
        assertThat(read(Map.of("HF_HOME", "/hf", "HUGGINGFACE_HUB_CACHE", "/old", "HF_HUB_CACHE", "/new"))
                        .cache())
                .isEqualTo(Path.of("/new"));
    }

    @Test
    void pathsMayNameTheHomeFolderAndVariables() throws IOException {
        assertThat(read(Map.of("HF_HUB_CACHE", "~")).cache()).isEqualTo(home);
        assertThat(read(Map.of("HF_HOME", "~/hf")).cache()).isEqualTo(home.resolve("hf/hub"));
        assertThat(read(Map.of("HF_HOME", "$DISK/${NAME}_1/$UNKNOWN", "DISK", "/a$b", "NAME", "n"))
                        .cache())
                .isEqualTo(Path.of("/a$b/n_1/$UNKNOWN/hub"));
    }

    @Test
    void aTokenOfAVariableGoesBeforeThatOfAFile() throws IOException {
        Path folder = Files.createDirectories(home.resolve(".cache/huggingface"));
        Files.writeString(folder.resolve("token"), "hf_default\n");
        Path other = Files.writeString(home.resolve("other"), "  hf_other  ");
        assertThat(read(Map.of()).token()).isEqualTo("hf_default");
        assertThat(read(Map.of("HF_TOKEN_PATH", "~/other")).token()).isEqualTo("hf_other");
        assertThat(read(Map.of("HF_TOKEN_PATH", other + "-missing")).token()).isNull();
        assertThat(read(Map.of("HUGGING_FACE_HUB_TOKEN", "hf_former")).token()).isEqualTo("hf_former");
        assertThat(read(Map.of("HUGGING_FACE_HUB_TOKEN", "hf_former", "HF_TOKEN", "hf_new\n"))
                        .token())
                .isEqualTo("hf_new");
        assertThat(read(Map.of("HF_TOKEN", "hf_new", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"))
                        .token())
                .isNull();
    }

    @Test
    void aTokenIsNeverShown() throws IOException {
        assertThat(read(Map.of("HF_TOKEN", "hf_secret")).toString()).doesNotContain("secret");
        assertThatThrownBy(() -> read(Map.of("HF_TOKEN", "hf_secret\r\nX: y")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HF_TOKEN")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aTokenFileOfAnotherSizeIsRefused() throws IOException {
        Path file = Files.write(home.resolve("token"), new byte[5000]);
        assertThatThrownBy(() -> read(Map.of("HF_TOKEN_PATH", file.toString())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has 5000");
    }

    @ParameterizedTest
    @CsvSource({"1,true", "true,true", "Yes,true", "on,true", "0,false", "false,false", "'',false", "2,false"})
    void offlineIsTrueInTheWordsOfTheHub(String value, boolean offline) throws IOException {
        assertThat(read(Map.of("HF_HUB_OFFLINE", value)).offline()).isEqualTo(offline);
    }

    @Test
    void timesAreSeconds() throws IOException {
        HubEnvironment environment = read(Map.of("HF_HUB_DOWNLOAD_TIMEOUT", "60", "HF_HUB_ETAG_TIMEOUT", "5"));
        assertThat(environment.downloadTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(environment.answerTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "ten", "86401", "99999999999"})
    void otherTimesAreRefused(String value) {
        assertThatThrownBy(() -> read(Map.of("HF_HUB_DOWNLOAD_TIMEOUT", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HF_HUB_DOWNLOAD_TIMEOUT")
                .hasMessageContaining("'" + value + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "https://hub.example/, https://hub.example",
        "http://127.0.0.1:8080/a/b//, http://127.0.0.1:8080/a/b",
        "HTTPS://hub.example, HTTPS://hub.example"
    })
    void anEndpointLosesItsLastSlashes(String value, String endpoint) throws IOException {
        assertThat(read(Map.of("HF_ENDPOINT", value)).endpoint()).isEqualTo(URI.create(endpoint));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hub.example",
                "ftp://hub.example",
                "file:///tmp",
                "https:///path",
                "https://user:pass@hub.example",
                "https://hub.example?x=y",
                "https://hub.example#x",
                "https://hub example"
            })
    void otherEndpointsAreRefused(String value) {
        assertThatThrownBy(() -> read(Map.of("HF_ENDPOINT", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HF_ENDPOINT must be");
    }

    @ParameterizedTest
    @CsvSource({
        "https://hub.example/x, true",
        "https://HUB.example:443/x, true",
        "http://hub.example/x, false",
        "https://hub.example:444/x, false",
        "https://cdn.hub.example/x, false",
        "https://hub.example.org/x, false"
    })
    void onlyTheSameSchemeHostAndPortAreTheEndpoint(String address, boolean same) throws IOException {
        assertThat(read(Map.of("HF_ENDPOINT", "https://hub.example/mirror")).isEndpoint(URI.create(address)))
                .isEqualTo(same);
    }

    private HubEnvironment read(Map<String, String> variables) throws IOException {
        return HubEnvironment.of(variables, home);
    }
}
