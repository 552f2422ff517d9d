package dev.oar.train;

import dev.oar.data.PreparationTimes;
import dev.oar.data.ReadAhead;
import java.io.IOException;

/** Pictures of a training that are decoded, cropped and flipped in background threads, up to {@value #BATCHES} batches ahead. */
final class PicturesAhead {
    private static final int BATCHES = 2;

    private final ReadAhead<TrainingPictures.Picture> pictures;
    private final PreparationTimes times;

    private PicturesAhead(ReadAhead<TrainingPictures.Picture> pictures, PreparationTimes times) {
        this.pictures = pictures;
        this.times = times;
    }

    /** Begins to make those of a step and all steps after it. */
    static PicturesAhead begin(TrainingPictures pictures, TrainingConfig config, int side, long step, int threads) {
        PreparationTimes times = new PreparationTimes();
        return new PicturesAhead(
                new ReadAhead<>(
                        threads,
                        ReadAhead.most(BATCHES * config.batchSize(), side, threads),
                        step * config.batchSize(),
                        config.steps() * config.batchSize(),
                        draw -> pictures.picture(draw, times)),
                times);
    }

    /** The picture of a draw. */
    TrainingPictures.Picture take(long draw) throws IOException {
        return pictures.take(draw);
    }

    /** Time spent until now. */
    TrainingInput.Times times() {
        return new TrainingInput.Times(pictures.waitedSeconds(), times.seconds());
    }

    /** Ends the threads. */
    void close() {
        pictures.close();
    }
}
