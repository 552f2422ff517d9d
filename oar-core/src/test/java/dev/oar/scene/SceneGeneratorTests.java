package dev.oar.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.scene.Scene.Species;
import dev.oar.scene.Scene.Time;
import dev.oar.scene.Scene.Weather;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneGeneratorTests {
    private static final SceneGenerator GENERATOR = new SceneGenerator();

    @TempDir
    Path folder;

    @Test
    void scenesAreAllDifferentAndTheirProbabilitiesAddUpToOne() {
        List<Scene> scenes = Scene.all();
        assertThat(scenes).hasSize(6144).doesNotHaveDuplicates();
        assertThat(scenes.stream().mapToDouble(Scene::probability).sum()).isCloseTo(1, within(1e-12));
    }

    @Test
    void picturesDecodeToTheTokensTheyWerePaintedFrom() {
        for (int seed = 0; seed < 300; seed++) {
            int[] tokens = GENERATOR.draw(CounterRandom.of(seed, "pictures")).tokens();
            assertThat(GENERATOR.tokens(GENERATOR.picture(tokens)))
                    .as("seed %d", seed)
                    .isEqualTo(tokens);
            assertThat(GENERATOR.distribution().bits(tokens))
                    .as("seed %d", seed)
                    .isFinite();
        }
        RgbImage black = new RgbImage(32, 32, new byte[32 * 32 * 3]);
        assertThatThrownBy(() -> GENERATOR.tokens(black))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cell 0");
        assertThatThrownBy(() -> GENERATOR.tokens(new RgbImage(16, 32, new byte[16 * 32 * 3])))
                .hasMessageContaining("16 x 32");
    }

    @Test
    void variablesAreDrawnAsOftenAsTheProgramSays() {
        int draws = 20_000;
        CounterRandom random = CounterRandom.of(2, "variables");
        Map<String, Integer> counts = new HashMap<>();
        for (int draw = 0; draw < draws; draw++) {
            Scene scene = GENERATOR.draw(random.derive(draw)).scene();
            counts.merge("time " + scene.time(), 1, Integer::sum);
            counts.merge("species " + scene.species(), 1, Integer::sum);
            if (scene.time() == Time.NOON) {
                counts.merge("noon " + scene.weather(), 1, Integer::sum);
            }
        }
        assertThat(counts.getOrDefault("time NOON", 0) / (double) draws).isCloseTo(0.25, within(0.015));
        assertThat(counts.getOrDefault("species " + Species.FIR, 0) / (double) draws)
                .isCloseTo(0.4, within(0.015));
        assertThat(counts.getOrDefault("noon " + Weather.CLOUDY, 0) / (double) counts.getOrDefault("time NOON", 1))
                .isCloseTo(0.2, within(0.025));
    }

    /** The causes that the documents name: shadows lie on the side that the sun is not on, and there are none without one. */
    @Test
    void shadowsFollowTheSun() {
        int shadowRow = 6;
        for (int seed = 0; seed < 400; seed++) {
            SceneGenerator.Drawn drawn = GENERATOR.draw(CounterRandom.of(seed, "shadows"));
            Scene scene = drawn.scene();
            int[] shaded = IntStream.range(0, 8)
                    .filter(column -> GENERATOR
                            .kindName(drawn.tokens()[8 * shadowRow + column])
                            .startsWith("shadow"))
                    .toArray();
            String as = "seed " + seed + ", " + scene;
            if (!scene.hasShadows()) {
                assertThat(shaded).as(as).isEmpty();
            } else if (scene.time() == Time.MORNING) {
                assertThat(shaded).as(as).contains(scene.house() + 1, scene.house() + 2);
            } else if (scene.time() == Time.EVENING) {
                assertThat(shaded).as(as).contains(scene.house(), scene.house() - 1);
            } else {
                assertThat(shaded).as(as).contains(scene.house(), scene.house() + 1);
            }
        }
    }

    @Test
    void aFolderOfScenesSaysOfEachPictureWhatItShows() throws IOException {
        SceneFolder.write(GENERATOR, folder, 5, 9, done -> {});
        List<String> table = Files.readAllLines(folder.resolve(SceneFolder.TABLE));
        assertThat(table).hasSize(6);
        String[] names = table.get(0).split(",", -1);
        assertThat(names).startsWith("file_name", "class", "caption", "time").endsWith("bits");
        for (String line : table.subList(1, 6)) {
            String[] values = line.split(",", -1);
            assertThat(values).hasSameSizeAs(names);
            int[] tokens =
                    GENERATOR.tokens(ImageReader.read(folder.resolve(values[0]), ImageLimits.DEFAULT, Rgb.WHITE));
            assertThat(Double.parseDouble(values[names.length - 1]))
                    .isCloseTo(GENERATOR.distribution().bits(tokens), within(1e-6));
            String season = values[Arrays.asList(names).indexOf("season")];
            assertThat(GENERATOR.kindName(tokens[63])).containsIgnoringCase(season);
        }
        byte[] first = Files.readAllBytes(folder.resolve("scene-000003.png"));
        SceneFolder.write(GENERATOR, folder.resolve("again"), 5, 9, done -> {});
        assertThat(folder.resolve("again/scene-000003.png")).hasBinaryContent(first);
    }
}
