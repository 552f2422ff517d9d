package dev.oar.pipeline;

import dev.oar.data.Batches;
import dev.oar.data.ReadAhead;
import dev.oar.data.Split;
import dev.oar.image.RgbImage;
import dev.oar.piece.PieceTensors;
import dev.oar.piece.PieceWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Tokens in pieces of whole batches, read by whoever writes token shards. */
final class TokenPieces {
    private static final String TOKENS = "tokens";

    private final StagePieces pieces;
    private final int views;
    private final int cells;
    private int number = -1;
    private int[][] rows = new int[0][];

    TokenPieces(StagePieces pieces, ImageTokens writing, Split split) {
        this.pieces = pieces;
        this.views = writing.views(split);
        this.cells = writing.tokenizer().grid().cells();
    }

    /** The tokens of the images of a batch. */
    List<int[][]> rows(Batches.Batch batch) throws IOException {
        int perPiece = pieces.job().perPiece();
        if (batch.first() / perPiece != number) {
            number = batch.first() / perPiece;
            rows = pieces.piece(number).ints(TOKENS, cells);
        }
        List<int[][]> tokens = new ArrayList<>();
        for (int image = batch.first(); image < batch.end(); image++) {
            int row = (image - number * perPiece) * views;
            tokens.add(Arrays.copyOfRange(rows, row, row + views));
        }
        return tokens;
    }

    /** What makes the pieces of a job. */
    static PieceWork open(StageJob job, RunContext context, TokensStage stage) throws IOException {
        ImageTokens making = stage.imageTokens();
        try {
            job.requireInputs(making.tokenizerFingerprint());
            return new Making(job, context, making, context.images().indices(job.split()));
        } catch (IOException | RuntimeException e) {
            making.tokenizer().close();
            throw e;
        }
    }

    private record Making(StageJob job, RunContext context, ImageTokens making, int[] indices) implements PieceWork {
        @Override
        public Map<String, Tensor> make(int number) throws IOException {
            int first = number * job.perPiece();
            int[] images = Arrays.copyOfRange(indices, first, first + job.images(number));
            List<int[]> rows = new ArrayList<>();
            try (ReadAhead<RgbImage> ahead = making.readAhead(images)) {
                for (Batches.Batch batch : new Batches(images.length, making.batchSize())) {
                    for (int[][] views : making.tokens(batch, images, making.views(job.split()), ahead)) {
                        rows.addAll(Arrays.asList(views));
                    }
                }
            }
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put(TOKENS, PieceTensors.ints(rows));
            return tensors;
        }

        @Override
        public void close() throws IOException {
            making.tokenizer().close();
            context.close();
        }
    }
}
