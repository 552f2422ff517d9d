package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.job.JobLimits;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The page in the system's Chromium, of a model of 4 x 4 cells and 8 x 8 pixels. */
@ExtendWith(NativeMemory.class)
class WebPageTests extends BrowserTests {
    private static final int CELLS = 16;
    private static final int SIDE = 8;
    private static final String TOKEN = "a token of some length";

    /** Which cells of the picture on show are no longer blank, judged by the pixel in their middle. */
    private static final String SEEN = """
            async () => {
              await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
              const canvas = document.querySelector('#tracks canvas');
              const context = canvas.getContext('2d');
              const probe = document.createElement('canvas').getContext('2d');
              probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--blank');
              probe.fillRect(0, 0, 1, 1);
              const blank = probe.getImageData(0, 0, 1, 1).data.join();
              const cells = [];
              for (let cell = 0; cell < 16; cell++) {
                const x = (cell % 4 + 0.5) * canvas.width / 4;
                const y = (Math.floor(cell / 4) + 0.5) * canvas.height / 4;
                if (context.getImageData(x + 3, y + 3, 1, 1).data.join() !== blank) cells.push(cell);
              }
              return cells;
            }
            """;

    @TempDir
    private Path folder;

    private LiveServer server() throws IOException {
        return LiveServer.start(folder.resolve("model"));
    }

    @Test
    void thePlayerShowsAfterKStepsTheFirstKCellsOfTheOrder() throws Exception {
        try (LiveServer server = server();
                Chromium.Tab tab = open(server)) {
            Page page = tab.page();
            page.selectOption("#option-order", "random");
            page.fill("#option-seed", "7");
            tab.draw();
            page.locator("#table summary").click();
            List<Integer> order = page.locator("#table-rows td:nth-child(2)").allTextContents().stream()
                    .map(WebPageTests::cell)
                    .toList();
            assertThat(order)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, CELLS).boxed().toList());
            page.locator("#player input").focus();
            tab.press("Home");
            for (int step = 0; step <= CELLS; step++) {
                page.waitForFunction(
                        "step => document.querySelector('.where').textContent.startsWith(`Step ${step} of 16`)", step);
                assertThat((List<?>) page.evaluate(SEEN))
                        .as("cells after %s steps of %s", step, order)
                        .isEqualTo(order.subList(0, step).stream().sorted().toList());
                tab.press("ArrowRight");
            }
        }
    }

    @Test
    void thePlayerShowsHowSureTheModelWasOfAllCellsThatWereOpenAtAStep() throws Exception {
        try (LiveServer server = server();
                Chromium.Tab tab = open(server)) {
            Page page = tab.page();
            page.selectOption("#option-order", "dynamic");
            page.fill("#option-seed", "7");
            tab.draw();
            page.locator("[name=overlay][value=candidates]").check();
            page.locator("#player input").focus();
            tab.press("Home");
            assertThat((List<?>) page.evaluate(SEEN)).isEmpty();
            for (int step = 1; step <= CELLS; step++) {
                tab.press("ArrowRight");
                String open = "open cells: " + (CELLS + 1 - step) + ",";
                // The step is shown before the line says all of it.
                page.locator(".where:has-text('Step " + step + " of 16'):has-text('" + open + "')")
                        .waitFor();
                // Those that were open are tinted, the others show the image.
                assertThat((List<?>) page.evaluate(SEEN))
                        .as("cells at step %s", step)
                        .hasSize(CELLS);
            }
            page.selectOption("#option-order", "raster");
            tab.draw();
            page.locator("#chart-says:has-text('This order asks about no cells')")
                    .waitFor();
        }
    }

    private static int cell(String text) {
        String[] numbers = text.split(", ", -1);
        return (Integer.parseInt(numbers[0]) - 1) * 4 + Integer.parseInt(numbers[1]) - 1;
    }

    @Test
    void cellsAppearWhileImagesAreDrawn() throws Exception {
        try (LiveServer server = server();
                Chromium.Tab tab = open(server)) {
            Page page = tab.page();
            // Many batches one after the other: a tiny model draws one of them between two frames of a busy browser.
            page.fill("#option-count", "64");
            page.evaluate("""
                    () => {
                      window.told = new Set();
                      new MutationObserver(() => document.querySelectorAll('figcaption span').forEach(
                        (span) => window.told.add(span.textContent))).observe(
                          document.querySelector('#tracks'), { subtree: true, childList: true, characterData: true });
                    }
                    """);
            tab.draw();
            page.locator("#cancel").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
            @SuppressWarnings("unchecked")
            List<String> told = (List<String>) page.evaluate("() => [...window.told]");
            assertThat(told).anyMatch(text -> text.matches("([1-9]|1[0-5]) of 16 cells"));
            assertThat(told).anyMatch(text -> text.matches("seed \\d+, index 63"));
            assertThat(page.locator("figure").count()).isEqualTo(64);
        }
    }

    @Test
    void whatIsCancelledEndsOnTheServerToo() throws Exception {
        try (LiveServer server = server();
                Chromium.Tab tab = open(server)) {
            // Others wait, too, so that it cannot be done at once.
            for (int client = 0; client < 3; client++) {
                server.job(
                        "{\"kind\": \"generate\", \"class\": \"cats\", \"count\": 64}",
                        "OAR-Client",
                        "client " + client);
            }
            Page page = tab.page();
            page.fill("#option-count", "64");
            String answer = page.waitForResponse(
                            "**/v1/jobs", () -> page.locator("#draw").click())
                    .text();
            String job = LiveServer.JSON.readTree(answer).get("id").asString();
            page.locator("#cancel").click();
            assertThat(server.end(job)).isEqualTo("cancelled");
            page.locator("figcaption:has-text('Cancelled')").first().waitFor();
            assertThat(page.locator("#cancel").isVisible()).isFalse();
        }
    }

    @Test
    void whatIsMarkedIsDrawnAnewAndTheRestStaysToTheByte() throws Exception {
        try (LiveServer server = server();
                Chromium.Tab tab = open(server)) {
            Page page = tab.page();
            page.fill("#option-seed", "1");
            tab.draw();
            byte[] before = tab.picture();
            page.locator("#change").click();
            page.locator("[name=tool][value=rectangle]").check();
            BoundingBox box = page.locator("#editor-canvas").boundingBox();
            page.mouse().move(box.x + box.width * 0.01, box.y + box.height * 0.01);
            page.mouse().down();
            page.mouse().move(box.x + box.width * 0.37, box.y + box.height * 0.24);
            page.mouse().up();
            assertThat(page.locator("#editor-says").textContent())
                    .isEqualTo("9 % of the pixels marked, 2 of 16 cells drawn anew");
            page.fill("#option-seed", "2");
            tab.draw();
            page.locator("#command:has-text('oar inpaint')").waitFor();
            byte[] given = pixels(before);
            byte[] painted = pixels(tab.picture());
            int changed = 0;
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                boolean marked = pixel % SIDE < 3 && pixel / SIDE < 2;
                boolean same = Arrays.equals(given, 4 * pixel, 4 * pixel + 4, painted, 4 * pixel, 4 * pixel + 4);
                assertThat(marked || same).as("pixel %s stays", pixel).isTrue();
                changed += same ? 0 : 1;
            }
            assertThat(changed).as("pixels that were drawn anew").isPositive();
        }
    }

    private static byte[] pixels(byte[] png) throws IOException {
        return ImageReader.readWithAlpha("the picture", png, ImageLimits.DEFAULT)
                .rgba();
    }

    @Test
    void aPngThatIsDroppedGivesTheSettingsBackThatDrawItAgain() throws Exception {
        try (LiveServer server = server();
                Chromium.Tab tab = open(server)) {
            Page page = tab.page();
            page.selectOption("#class", "dogs");
            page.selectOption("#option-order", "dynamic");
            page.selectOption("#option-confidence", "margin");
            page.fill("#option-order-noise", "0.5");
            page.fill("#option-temperature", "0.8");
            page.fill("#option-steps", "8");
            page.fill("#option-seed", "41");
            tab.draw();
            byte[] drawn = tab.picture();
            String command = page.locator("#command").textContent();
            page.reload();
            page.locator("#draw").waitFor();
            drop(page, drawn);
            page.locator("#note:has-text('Settings read from drawn.png.')").waitFor();
            Map<String, String> expected = Map.of(
                    "class", "dogs",
                    "option-order", "dynamic",
                    "option-confidence", "margin",
                    "option-order-noise", "0.5",
                    "option-temperature", "0.8",
                    "option-steps", "8",
                    "option-seed", "41");
            expected.forEach(
                    (id, value) -> assertThat(page.inputValue("#" + id)).as(id).isEqualTo(value));
            tab.draw();
            assertThat(tab.picture()).isEqualTo(drawn);
            page.locator("#copy").click();
            page.locator("#copy:has-text('Copied.')").waitFor();
            assertThat(page.evaluate("() => navigator.clipboard.readText()")).isEqualTo(command);
        }
    }

    @Test
    void aLargerGridIsDrawnOnAndItsSettingsComeBack() throws Exception {
        try (LiveServer server = server();
                Chromium.Tab tab = open(server)) {
            Page page = tab.page();
            page.selectOption("#option-order", "dynamic");
            page.locator("#more summary").click();
            assertThat(page.locator("#option-spatial-guidance-scale").isVisible())
                    .isFalse();
            page.selectOption("#option-grid", "8x8");
            // Only orders that are known beforehand can be had there.
            assertThat(page.inputValue("#option-order")).isEmpty();
            assertThat(page.locator("#option-order option:disabled").allTextContents())
                    .contains("dynamic");
            page.fill("#option-spatial-guidance-scale", "1.5");
            page.fill("#option-seed", "7");
            tab.draw();
            page.locator(".where:has-text('Step 64 of 64')").waitFor();
            assertThat(page.locator("#command").textContent()).contains("--grid 8x8 --spatial-guidance-scale 1.5");
            byte[] drawn = tab.picture();
            assertThat(ImageReader.readWithAlpha("it", drawn, ImageLimits.DEFAULT)
                            .width())
                    .isEqualTo(2 * SIDE);
            page.reload();
            page.locator("#draw").waitFor();
            drop(page, drawn);
            page.locator("#note:has-text('Settings read from drawn.png.')").waitFor();
            assertThat(page.inputValue("#option-grid")).isEqualTo("8x8");
            tab.draw();
            assertThat(tab.picture()).isEqualTo(drawn);
        }
    }

    @Test
    void everyLineIsACaptionOfAnImageOfItsOwn() throws Exception {
        TinyModelFolder.writeCaptioned(folder.resolve("model"));
        try (LiveServer server = LiveServer.of(folder.resolve("model"), Optional.empty());
                Chromium.Tab tab = open(server)) {
            Page page = tab.page();
            page.fill("#caption", "a red cat\n\n  a dog \na green dog");
            assertThat(page.getAttribute("#option-count", "placeholder")).isEqualTo("3");
            page.fill("#option-seed", "3");
            tab.draw();
            page.locator("#cancel").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
            assertThat(page.locator("figcaption").allTextContents())
                    .containsExactly("a red catseed 3, index 0", "a dogseed 3, index 1", "a green dogseed 3, index 2");
            page.locator(".pick").nth(1).click();
            page.locator("#command:has-text(\"--caption 'a dog'\")").waitFor();
            assertThat(page.locator("#command").textContent()).contains("--first-index 1");
            // Of an image that is changed there is one caption.
            page.locator("#change").click();
            page.locator("#caption-hint").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
            tab.press("Space");
            page.fill("#option-seed", "4");
            tab.draw();
            page.locator("#command:has-text('oar inpaint')").waitFor();
            assertThat(page.locator("figure").count()).isEqualTo(1);
        }
    }

    private static void drop(Page page, byte[] png) {
        page.evaluate("""
                (text) => {
                  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
                  const transfer = new DataTransfer();
                  transfer.items.add(new File([bytes], 'drawn.png', { type: 'image/png' }));
                  for (const name of ['dragenter', 'dragover', 'drop']) {
                    document.body.dispatchEvent(new DragEvent(name, { dataTransfer: transfer, bubbles: true, cancelable: true }));
                  }
                }
                """, Base64.getEncoder().encodeToString(png));
    }

    @Test
    void theKeyboardAloneDrawsStepsThroughTheOrderMarksCellsAndPaintsThemAnew() throws Exception {
        try (LiveServer server = server();
                Chromium.Tab tab = open(server)) {
            Page page = tab.page();
            tab.tabTo("#class", "Tab").press("ArrowDown");
            tab.tabTo("#option-seed", "Tab").press("1", "2");
            tab.tabTo("#draw", "Tab").press("Enter").awaitEnd();
            assertThat(page.locator("#command").textContent()).contains("--class dogs", "--seed 12");
            tab.tabTo("#player input", "Tab").press("Home", "ArrowRight", "ArrowRight");
            page.locator(".where:has-text('Step 2 of 16')").waitFor();
            tab.tabTo("#change", "Tab").press("Enter");
            page.locator("#editor-canvas:focus").waitFor();
            tab.press("Space", "ArrowRight", "ArrowDown", "Space", "Shift+ArrowRight", "Space");
            assertThat(page.locator("#said").textContent()).isEqualTo("Row 2, column 3: not marked");
            assertThat(page.locator("#editor-says").textContent()).contains("2 of 16 cells drawn anew");
            tab.tabTo("#draw", "Shift+Tab").press("Enter").awaitEnd();
            page.locator("#command:has-text('oar inpaint')").waitFor();
            assertThat(page.locator("#player input").getAttribute("max")).isEqualTo("2");
            tab.tabTo("[name=kind]", "Shift+Tab").press("ArrowRight", "ArrowRight");
            tab.tabTo(".handle.right", "Tab").press("ArrowRight");
            tab.tabTo("#draw", "Shift+Tab").press("Enter");
            page.locator("#command:has-text('oar outpaint')").waitFor();
            assertThat(page.locator("#command").textContent()).contains("--right 2", "--left 0");
        }
    }

    @Test
    void ordersAreComparedUnderOneSeed() throws Exception {
        try (LiveServer server = server();
                Chromium.Tab tab = open(server)) {
            Page page = tab.page();
            page.locator("#compare summary").click();
            page.locator("[name=compare-by][value=orders]").check();
            page.fill("#option-seed", "3");
            tab.draw();
            page.locator("#cancel").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
            assertThat(page.locator("figcaption").allTextContents())
                    .containsExactlyInAnyOrder(
                            "dynamicseed 3, index 0", "rasterseed 3, index 0", "randomseed 3, index 0");
            List<String> commands = new ArrayList<>();
            for (Locator picture : page.locator(".pick").all()) {
                picture.click();
                page.waitForFunction(
                        "before => ![...before, 'The command appears when the image is done.'].includes("
                                + "document.querySelector('#command').textContent)",
                        commands);
                commands.add(page.locator("#command").textContent());
            }
            assertThat(commands).hasSize(3).allMatch(command -> command.contains("--seed 3"));
        }
    }

    @Test
    void whatTheServerRefusesIsSaidInItsOwnWords() throws Exception {
        try (LiveServer server = server();
                Chromium.Tab tab = open(server)) {
            Page page = tab.page();
            page.fill("#option-steps", "17");
            page.locator("#draw").click();
            Locator alert = page.locator("[role=alert]#alerts p");
            alert.waitFor();
            assertThat(alert.textContent()).isEqualTo("Steps must lie in 1 .. 16, the cells of an image, but is 17");
            assertThat(page.locator("#empty").isVisible()).isTrue();
        }
    }

    @Test
    void aServerWithATokenAsksForIt() throws Exception {
        ServerSettings settings = ServerSettings.loopback(0).withToken(TOKEN);
        try (LiveServer server = LiveServer.start(folder.resolve("model"), settings, JobLimits.DEFAULT);
                Chromium.Tab tab = chromium().open(server, Chromium.Screen.LIGHT)) {
            Page page = tab.page();
            page.fill("#token", "another token");
            tab.press("Enter");
            page.locator("#token-wrong:has-text('does not know this token')").waitFor();
            page.fill("#token", TOKEN);
            tab.press("Enter");
            page.locator("#draw").waitFor();
            tab.draw();
            assertThat(tab.picture()).startsWith(0x89, 'P', 'N', 'G');
        }
    }
}
