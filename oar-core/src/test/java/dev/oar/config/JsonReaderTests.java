package dev.oar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReaderTests {
    private sealed interface Shape {}

    @Kind("circle")
    private record Circle(double radius, @Flat Colour colour) implements Shape {}

    @Kind("polygon")
    private record Polygon(
            List<Integer> corners, @Key("class") Optional<String> className) implements Shape {}

    private record Colour(@Default("0") int red, Optional<Boolean> glossy) {}

    private static Shape read(String json) {
        return JsonReader.read("the request", json.getBytes(StandardCharsets.UTF_8), Shape.class);
    }

    @Test
    void objectsBecomeRecordsByTheRulesOfRecipes() {
        assertThat(read("{\"kind\": \"circle\", \"radius\": 1.5e0, \"red\": 3, \"glossy\": true}"))
                .isEqualTo(new Circle(1.5, new Colour(3, Optional.of(true))));
        assertThat(read("{\"kind\": \"circle\", \"radius\": 2, \"glossy\": null}"))
                .isEqualTo(new Circle(2, new Colour(0, Optional.empty())));
        assertThat(read("{\"corners\": [1, 2], \"class\": \"a\\u00e4 \\\"b\\\"\", \"kind\": \"polygon\"}"))
                .isEqualTo(new Polygon(List.of(1, 2), Optional.of("a\u00e4 \"b\"")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'kind': 'circle', 'radius': 1, 'rad': 2} | unknown key 'rad'; did you mean 'red'?",
                "{'kind': 'circle', 'radius': 1, 'redd': 2} | unknown key 'redd'; did you mean 'red'?",
                "{'kind': 'circle', 'radius': '1'} | 'radius' must be a finite number",
                "{'kind': 'circle', 'radius': null} | radius",
                "{'kind': 'circle', 'radius': [1]} | 'radius' must be a finite number",
                "{'kind': 'circle', 'radius': 1, 'radius': 1} | 'radius' stands twice",
                "{'kind': 'square'} | must be one of circle, polygon",
                "{} | 'kind'",
                "[] | must be a JSON object",
                "{'kind': 'circle', 'radius': 1} {} | something follows it",
                "{'kind': 'circle', | cannot be read",
                "nothing | cannot be read",
                "`` | must be a JSON object"
            })
    void whatDoesNotFitIsRefusedInOneSentence(String json, String sentence) {
        assertThatThrownBy(() -> read(json.replace('\'', '"')))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("the request: ")
                .hasMessageContaining(sentence)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n"));
    }

    @Test
    void nestingIsLimited() {
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(100_000))).isInstanceOf(ConfigException.class);
    }
}
