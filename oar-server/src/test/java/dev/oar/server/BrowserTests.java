package dev.oar.server;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What tests in the system's Chromium begin and end with. */
abstract class BrowserTests {
    private static @Nullable Chromium chromium;

    @BeforeAll
    static void startChromium() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void endChromium() {
        if (chromium != null) {
            chromium.close();
        }
        chromium = null;
    }

    static Chromium chromium() {
        return Objects.requireNonNull(chromium);
    }

    /** Opens the page of a server that asks for no token, and waits until it can draw. */
    static Chromium.Tab open(LiveServer server, Chromium.Screen screen) {
        Chromium.Tab tab = chromium().open(server, screen);
        tab.page().locator("#draw").waitFor();
        return tab;
    }

    /** The same on a large screen in the light. */
    static Chromium.Tab open(LiveServer server) {
        return open(server, Chromium.Screen.LIGHT);
    }
}
