package dev.oar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records within records: recipes do not show how settings are grouped. */
class FlatTests {
    record Size(int width, @Default("2") int height) {
        Size {
            Require.that(width >= height, "width must be at least height, but they are %s and %s", width, height);
        }
    }

    sealed interface Paint permits Plain, Striped {}

    @Kind("plain")
    record Plain() implements Paint {}

    @Kind("striped")
    record Striped(int stripes, @Default("1") double gap) implements Paint {}

    record Border(int cells, int every) {}

    record Wall(
            String name,
            @Flat @Default("{height: 3}") Size size,
            @Flat @Default("plain") Paint paint,
            Optional<Border> border,
            @Default("[]") List<Integer> doors) {}

    @Keys({"paint", "width", "height?"})
    record Room(
            @Flat Size size,
            @Flat @Default("plain") Paint paint,
            @Default("0") int windows) {}

    @Keys("name")
    record House(
            String name,
            @Flat @Default("{width: 7, height: 4}") Tower tower) {}

    record Tower(@Flat Size size, @Default("1") int storeys) {}

    @Test
    void theDefaultsOfAGroupReachTheGroupsWithin() {
        House house = RecipeReader.parse("house", "name: a", House.class);
        assertThat(house).isEqualTo(new House("a", new Tower(new Size(7, 4), 1)));
        assertThat(RecipeWriter.write(house)).isEqualTo("name: a\nwidth: 7\n");
        House higher = new House("a", new Tower(new Size(7, 2), 3));
        assertThat(RecipeWriter.write(higher)).isEqualTo("name: a\nwidth: 7\nheight: 2\nstoreys: 3\n");
        assertThat(RecipeReader.parse("house", RecipeWriter.write(higher), House.class))
                .isEqualTo(higher);
    }

    private static Wall wall(String yaml) {
        return RecipeReader.parse("wall", yaml, Wall.class);
    }

    @Test
    void keysOfAGroupStandBesideThoseOfItsRecord() {
        Wall wall = wall("name: north\nwidth: 5\npaint: striped\nstripes: 4\n");
        assertThat(wall).isEqualTo(new Wall("north", new Size(5, 3), new Striped(4, 1), Optional.empty(), List.of()));
        assertThat(RecipeWriter.write(wall)).isEqualTo("""
            name: north
            width: 5
            height: 3
            paint: striped
            stripes: 4
            gap: 1.0
            doors: []
            """);
        assertThat(wall(RecipeWriter.write(wall))).isEqualTo(wall);
        assertThat(wall("name: a\nwidth: 4").paint()).isEqualTo(new Plain());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: a\\nwidth: 4\\nheigth: 2|wall:3: unknown key 'heigth'; did you mean 'height'?",
                "name: a\\nheight: 2|wall:1: the recipe must have the key 'width'",
                "name: a\\nheight: 9\\nwidth: 4|wall:3: width must be at least height",
                "name: a\\n"
                        + "width: 4\\n"
                        + "stripes: 3|wall:3: stripes must be given with the paint striped and with no other, but was"
                        + " given with plain; leave it out or choose striped",
                "name: a\\n"
                        + "width: 4\\n"
                        + "paint: striped|wall:3: stripes must be given with the paint striped, but was not; add it",
                "name: a\\n"
                        + "width: 4\\n"
                        + "paint: stripes|wall:3: 'paint' must be one of plain, striped, but is 'stripes'; did you mean"
                        + " 'striped'?",
                "name: a\\nwidth: 4\\nsize: {width: 4}|wall:3: unknown key 'size'"
            })
    void whatDoesNotFitIsRefusedAtItsLine(String yaml, String message) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> wall(yaml.replace("\\n", "\n")))
                .withMessageStartingWith(message);
    }

    @Test
    void namedKeysAreWrittenInTheirOrderAndOthersWhereTheyDiffer() {
        assertThat(RecipeWriter.write(new Room(new Size(5, 2), new Plain(), 0))).isEqualTo("""
            paint: plain
            width: 5
            """);
        assertThat(RecipeWriter.write(new Room(new Size(5, 4), new Striped(3, 1), 7)))
                .isEqualTo("""
                    paint: striped
                    width: 5
                    height: 4
                    stripes: 3
                    gap: 1.0
                    windows: 7
                    """);
    }

    @Test
    void flatTextsAreReadAgain() {
        Wall wall =
                new Wall("north", new Size(5, 2), new Striped(3, 0.5), Optional.of(new Border(4, 2)), List.of(7, 1));
        Map<String, String> texts = RecordTexts.write(wall);
        assertThat(texts)
                .containsExactly(
                        Map.entry("name", "north"),
                        Map.entry("width", "5"),
                        Map.entry("height", "2"),
                        Map.entry("paint", "striped"),
                        Map.entry("stripes", "3"),
                        Map.entry("gap", "0.5"),
                        Map.entry("border", "cells 4 every 2"),
                        Map.entry("doors", "7 1"));
        assertThat(RecordTexts.read("texts", texts, Wall.class)).isEqualTo(wall);
        Map<String, String> unknown = new LinkedHashMap<>(texts);
        unknown.put("depth", "1");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> RecordTexts.read("texts", unknown, Wall.class))
                .withMessageStartingWith("texts: unknown key 'depth'");
    }

    @Test
    void flatTextsHaveNoGroupsOfKinds() {
        record Held(Paint paint, int count) {}
        Map<String, String> texts = RecordTexts.write(new Held(new Striped(3, 0.5), 2));
        assertThat(texts.keySet()).containsExactly("paint", "stripes", "gap", "count");
        assertThat(RecordTexts.read("texts", texts, Held.class)).isEqualTo(new Held(new Striped(3, 0.5), 2));
        record Twice(Paint first, Paint second) {}
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordTexts.write(new Twice(new Striped(3, 0.5), new Striped(3, 0.5))))
                .withMessageContaining("'stripes' stands twice");
    }
}
