import threading

from boletim.engine.floor import Floor


def test_others_have_the_floor_only_while_it_is_left() -> None:
    floor, said = Floor(), list[str]()

    def other() -> None:
        with floor:
            said.append("other")

    thread = threading.Thread(target=other)
    with floor:
        thread.start()
        thread.join(0.05)
        said.append("first")
        with floor.left():
            thread.join(10)
        said.append("first again")
    assert said == ["first", "other", "first again"]


def test_an_exception_gives_the_floor_back() -> None:
    floor = Floor()
    for _ in range(2):
        try:
            with floor, floor.left():
                raise ValueError
        except ValueError:
            continue
