from boletim.tuning.prompted.shots import draw_shots


def test_examples_are_training_texts_with_their_own_labels_the_classes_in_turn(make_tuning_data):
    data = make_tuning_data(60, 30)
    label_of = dict(zip(data.train["text"], data.train["label"], strict=True))
    for n in (1, 3, 4, 8):
        shots = draw_shots(data, n, (13, 0))
        assert len(shots) == n
        assert all(label_of[shot.text] == shot.label for shot in shots)
        counts = [sum(shot.label == label for shot in shots) for label in data.labels]
        assert max(counts) - min(counts) <= 1
    assert not {shot.text for shot in draw_shots(data, 60, (13, 0))} & set(data.validation["text"]) - set(label_of)


def test_the_draw_depends_on_the_seed_alone(make_tuning_data):
    data = make_tuning_data(60, 30)
    assert draw_shots(data, 6, (13, 0)) == draw_shots(data, 6, (13, 0))
    assert draw_shots(data, 6, (13, 0)) != draw_shots(data, 6, (13, 1))
    assert draw_shots(data, 0, (13, 0)) == ()


def test_there_are_no_more_examples_than_training_texts(make_tuning_data):
    data = make_tuning_data(5, 30)
    assert len(draw_shots(data, 20, (1, 0))) == 5
