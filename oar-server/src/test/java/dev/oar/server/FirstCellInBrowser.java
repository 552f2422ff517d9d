package dev.oar.server;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How long the first cell of an image takes from the click until it is seen in the system's Chromium, with a server that has drawn before. The
 * arguments are a model folder and how many times; a line for each time and the median are printed, in milliseconds.
 */
final class FirstCellInBrowser {
    /** Clicks, and returns when a frame has been shown that tells of a cell of the image that was asked for. */
    private static final String SECONDS = """
            () => new Promise((done) => {
              const before = document.querySelector('#tracks figure');
              const began = performance.now();
              document.querySelector('#draw').click();
              const look = () => {
                const figure = document.querySelector('#tracks figure');
                const told = figure !== before && figure?.querySelector('figcaption span').textContent;
                if (told && /^[1-9]\\d* of|^seed/.test(told)) {
                  requestAnimationFrame(() => done(performance.now() - began));
                } else {
                  requestAnimationFrame(look);
                }
              };
              requestAnimationFrame(look);
            })
            """;

    private FirstCellInBrowser() {}

    private static double milliseconds(Chromium.Tab tab) {
        double milliseconds = ((Number) tab.page().evaluate(SECONDS)).doubleValue();
        tab.awaitEnd();
        return milliseconds;
    }

    /** Measures. */
    public static void main(String[] arguments) throws IOException {
        List<Double> all = new ArrayList<>();
        try (LiveServer server = LiveServer.of(Path.of(arguments[0]), Optional.empty());
                Chromium chromium = Chromium.start();
                Chromium.Tab tab = chromium.open(server, Chromium.Screen.LIGHT)) {
            Page page = tab.page();
            page.locator("#draw").waitFor();
            if (page.locator("#caption").isVisible()) {
                page.fill("#caption", "a happy person with glasses");
            }
            tab.draw();
            for (int time = 0; time < Integer.parseInt(arguments[1]); time++) {
                all.add(milliseconds(tab));
                System.out.println(String.format(Locale.ROOT, "first cell after %.0f ms", all.get(time)));
            }
        }
        double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.println(String.format(
                Locale.ROOT,
                "median %.0f ms, longest %.0f ms",
                sorted[sorted.length / 2],
                Arrays.stream(sorted).max().orElse(0)));
        System.exit(0);
    }
}
