package dev.oar.cli;

import dev.oar.hub.HubListener;
import dev.oar.hub.HubReference;

/** Shows what is fetched from the hub, and lets the user interrupt it. */
final class HubProgress implements HubListener {
    private final ProgressView view;
    private final Interruption interruption;

    HubProgress(ProgressView view, Interruption interruption) {
        this.view = view;
        this.interruption = interruption;
    }

    @Override
    public void progress(HubReference fetched, long done, long total) {
        interruption.check();
        view.show("fetching " + fetched.path(), done, total, "bytes");
    }

    @Override
    public void note(String line) {
        view.note(line);
    }
}
