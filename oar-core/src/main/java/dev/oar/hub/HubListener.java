package dev.oar.hub;

/** Is told the progress of a download; how that is shown is its own business. What it throws ends the download, which can be resumed. */
@FunctionalInterface
public interface HubListener {
    /**
     * Some bytes are there, those of earlier attempts included. The number falls if a server makes the download start again. Files
     * that are in the cache cause no call.
     *
     * @param reference what is fetched
     * @param done bytes that are there, 0 to total
     * @param total bytes of the whole file
     */
    void progress(HubReference reference, long done, long total);

    /** Something worth a line, such as another attempt after a failure, or a cached file used because the hub is out of reach. */
    default void note(String line) {}

    /** One that does not listen. */
    static HubListener silent() {
        return (reference, done, total) -> {};
    }
}
