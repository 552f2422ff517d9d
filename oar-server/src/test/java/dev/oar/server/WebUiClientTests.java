package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A script of plain curl against a live server. */
@ExtendWith(NativeMemory.class)
class WebUiClientTests {
    private static final int SIDE = 8;

    @TempDir
    private Path folder;

    @Test
    void aScriptOfCurlDrawsPaintsWatchesAndInterrupts() throws Exception {
        Assumptions.assumeTrue(hasCurl(), "there is no curl here, which the script is made of");
        byte[] mask = new byte[3 * SIDE * SIDE];
        Arrays.fill(mask, 0, mask.length / 2, (byte) 255);
        Path work = Files.createDirectories(folder.resolve("work"));
        Files.writeString(
                work.resolve("mask.base64"),
                Base64.getEncoder().encodeToString(PngFile.encode(new RgbImage(SIDE, SIDE, mask))));
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            Process script = new ProcessBuilder(
                            "sh",
                            Path.of("src/test/resources/web-ui.sh")
                                    .toAbsolutePath()
                                    .toString(),
                            server.uri("").toString(),
                            work.toString())
                    .redirectErrorStream(true)
                    .start();
            String told = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(script.waitFor()).as(told).isZero();
        }
        RgbaImage drawn = read(work.resolve("drawn.png"));
        RgbaImage painted = read(work.resolve("painted.png"));
        int half = drawn.rgba().length / 2;
        assertThat(Arrays.equals(painted.rgba(), half, 2 * half, drawn.rgba(), half, 2 * half))
                .as("what the mask leaves out stays as it is")
                .isTrue();
        assertThat(painted.rgba()).isNotEqualTo(drawn.rgba());
    }

    private static RgbaImage read(Path file) throws IOException {
        return ImageReader.readWithAlpha(file, ImageLimits.DEFAULT);
    }

    private static boolean hasCurl() throws InterruptedException {
        try {
            return new ProcessBuilder("curl", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
