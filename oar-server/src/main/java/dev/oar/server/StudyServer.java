package dev.oar.server;

import dev.oar.preference.PreferenceStudy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows a blind study to its raters and takes their votes, until it is closed. */
public final class StudyServer implements AutoCloseable {
    private static final Http.Capacity CAPACITY = new Http.Capacity(64 << 10, 64);

    private final PreferenceStudy study;
    private final List<Route> routes;
    private final Http http;

    private StudyServer(ServerSettings settings, PreferenceStudy study) throws IOException {
        this.study = study;
        List<Route> all = new ArrayList<>(
                new StudyRoutes(study, new Bodies(CAPACITY.bytes(), CAPACITY.bytes() * CAPACITY.threads())).routes());
        all.add(OpenApiDocument.route(
                Optional.ofNullable(StudyServer.class.getPackage().getImplementationVersion()), this::routes));
        this.routes = List.copyOf(all);
        this.http = Http.start(settings, CAPACITY, WebPage.ofVoting(), routes, new Figures());
    }

    /**
     * Begins to serve.
     *
     * @param study the server's from now on, also if it cannot be started
     * @throws IOException in one sentence, if another program listens at the port
     */
    public static StudyServer start(ServerSettings settings, PreferenceStudy study) throws IOException {
        try {
            return new StudyServer(settings, study);
        } catch (IOException | RuntimeException e) {
            study.close();
            throw e;
        }
    }

    /** The port it listens at. */
    public int port() {
        return http.port();
    }

    /** What it serves. */
    List<Route> routes() {
        return routes;
    }

    /** Takes no more votes and lets go of the study. */
    @Override
    public void close() throws IOException {
        http.close();
        study.close();
    }
}
