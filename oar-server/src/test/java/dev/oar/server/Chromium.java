package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The system's Chromium. */
final class Chromium implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Starts it; without it the tests that ask are skipped, and say why. */
    static Chromium start() {
        String reason = "tests of the page need Chromium, but there is no " + PROGRAM
                + "; install it ('apt-get install chromium')";
        if (!Files.isExecutable(PROGRAM)) {
            System.err.println("skipped: " + reason);
        }
        assumeTrue(Files.isExecutable(PROGRAM), reason);
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new Chromium(
                playwright,
                playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(PROGRAM)
                                .setArgs(List.of("--no-sandbox", "--disable-gpu"))));
    }

    /** What a page is shown on. */
    enum Screen {
        LIGHT(ColorScheme.LIGHT, 1280),
        DARK_PHONE(ColorScheme.DARK, 390);

        private final ColorScheme scheme;
        private final int width;

        Screen(ColorScheme scheme, int width) {
            this.scheme = scheme;
            this.width = width;
        }
    }

    /** Opens the page of a server. */
    Tab open(LiveServer server, Screen screen) {
        return open(server.uri("/"), screen);
    }

    /** Opens a page. */
    Tab open(URI address, Screen screen) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(screen.width, 860)
                .setColorScheme(screen.scheme)
                .setPermissions(List.of("clipboard-read", "clipboard-write")));
        Tab tab = new Tab(context, context.newPage());
        tab.page().navigate(address.toString());
        return tab;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }

    /** A tab; at its end nothing must have been refused or have failed in it. */
    static final class Tab implements AutoCloseable {
        private final BrowserContext context;
        private final Page page;
        private final List<String> complaints = new ArrayList<>();

        private Tab(BrowserContext context, Page page) {
            this.context = context;
            this.page = page;
            page.onPageError(complaints::add);
            page.onConsoleMessage(message -> {
                // A refusal of the server is shown on the page, and by the browser in its console.
                if (message.type().equals("error")
                        && !message.text().contains("the server responded with a status of")) {
                    complaints.add(message.text());
                }
            });
        }

        Page page() {
            return page;
        }

        /** Draws and waits for the end. */
        Tab draw() {
            page.locator("#draw").click();
            return awaitEnd();
        }

        /** Waits until the command of what is drawn is there. */
        Tab awaitEnd() {
            page.locator("#command:has-text('oar ')").waitFor();
            return this;
        }

        /** The file of the image that is looked at. */
        byte[] picture() throws java.io.IOException {
            Path file = page.waitForDownload(() -> page.locator("#download").click())
                    .path();
            return Files.readAllBytes(file);
        }

        /** Goes on by the tabulator until something has the focus. */
        Tab tabTo(String selector, String key) {
            for (int presses = 0; presses < 120; presses++) {
                page.keyboard().press(key);
                if ((Boolean) page.evaluate("selector => document.activeElement.matches(selector)", selector)) {
                    return this;
                }
            }
            throw new AssertionError(selector + " cannot be reached by " + key);
        }

        Tab press(String... keys) {
            for (String key : keys) {
                page.keyboard().press(key);
            }
            return this;
        }

        @Override
        public void close() {
            context.close();
            assertThat(complaints).as("what the browser complained about").isEmpty();
        }
    }
}
