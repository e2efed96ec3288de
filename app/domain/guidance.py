"""The one short sentence a person is shown in front of the camera, by guidance code. Chinese first, English second.

Codes are stable: the window, the command line and the evidence use the code, only people read the sentence.
"Left" and "right" are the person's own.
"""

from app.domain.policy import Words

GUIDANCE: dict[str, Words] = {
    "look_straight": Words(zh="请正对摄像头", en="Look straight at the camera"),
    "hold_still": Words(zh="请保持不动，看着屏幕", en="Hold still and look at the screen"),
    "blink": Words(zh="请眨两次眼", en="Blink twice"),
    "turn_left": Words(zh="请缓慢向左转头", en="Turn your head slowly to your left"),
    "turn_right": Words(zh="请缓慢向右转头", en="Turn your head slowly to your right"),
    "open_mouth": Words(zh="请张开嘴", en="Open your mouth"),
    "nod": Words(zh="请点点头", en="Nod your head"),
    "no_face": Words(zh="请把脸移到画面中央", en="Bring your face into the middle of the picture"),
    "two_faces": Words(zh="画面中只能有一个人", en="Only one person may be in the picture"),
    "too_small": Words(zh="请靠近一点", en="Come a little closer"),
    "turned_away": Words(zh="请把脸转正", en="Turn your face to the camera"),
    "too_dark": Words(zh="光线太暗，请面向光源", en="It is too dark: face the light"),
    "too_bright": Words(zh="光线太强，请避开强光", en="It is too bright: move out of the glare"),
    "blurred": Words(zh="画面模糊，请保持不动并擦拭镜头", en="The picture is blurred: hold still and wipe the lens"),
    "backlit": Words(zh="背光了，请转身面向光源", en="The light is behind you: turn to face it"),
    "sunglasses": Words(zh="请摘下墨镜", en="Take off the sunglasses"),
    "mask": Words(zh="请摘下口罩，手不要遮脸", en="Take off the mask and keep hands off the face"),
    "passed": Words(zh="动作已完成", en="Done"),
    "failed": Words(zh="未通过，请重新开始", en="Not passed: please start again"),
}

REASONS: dict[str, Words] = {
    "timeout": Words(zh="动作超时", en="An action was not done in time"),
    "no_neutral_face": Words(zh="没有得到合格的正面人脸", en="No usable frontal face was seen"),
    "wrong_action": Words(zh="动作与要求不符", en="Another action than the asked one was done"),
    "identity_changed": Words(zh="过程中人脸不是同一个人", en="The face did not stay the same person"),
    "face_lost": Words(zh="人脸离开了画面", en="The face left the picture"),
    "two_faces": Words(zh="画面中出现多张人脸", en="More than one face was in the picture"),
    "track_jump": Words(zh="人脸位置突然跳变", en="The face jumped to another place"),
    "frozen": Words(zh="画面静止不变", en="The picture stood still"),
    "time_backwards": Words(zh="画面时间倒退", en="Frame times ran backwards"),
    "low_frame_rate": Words(zh="画面帧率过低", en="Too few frames a second"),
    "camera_changed": Words(zh="过程中更换了摄像头", en="The camera was changed during the check"),
    "frame_source_file": Words(zh="画面来自文件", en="The frames came from a file"),
    "frame_source_stream": Words(zh="画面来自网络流", en="The frames came from a network stream"),
    "no_attack_detection": Words(zh="未启用翻拍检测模型", en="No attack-detection model was used"),
    "black_picture": Words(zh="画面全黑", en="The picture was black"),
    "frames_missing": Words(zh="画面中断过", en="The picture broke off for a time"),
    "repeated_frames": Words(zh="同样的画面重复出现", en="The very same picture came again"),
    "size_changed": Words(zh="画面尺寸中途改变", en="The picture changed its size during the check"),
    "no_face": Words(zh="看不到人脸", en="No face could be seen"),
    "too_small": Words(zh="人脸太小", en="The face was too small"),
    "turned_away": Words(zh="脸没有正对摄像头", en="The face was turned away"),
    "too_dark": Words(zh="光线太暗", en="It was too dark"),
    "too_bright": Words(zh="光线太强", en="It was too bright"),
    "backlit": Words(zh="背光", en="The light was behind the face"),
    "blurred": Words(zh="画面模糊", en="The picture was blurred"),
    "sunglasses": Words(zh="眼睛被遮住（墨镜）", en="The eyes were covered (sunglasses)"),
    "mask": Words(zh="口鼻被遮住（口罩或手）", en="Mouth or nose was covered (mask or hand)"),
    "reduced_actions": Words(zh="动作减少，不是完整的动作检测", en="Fewer actions than a full check asks for"),
    "action_not_measurable": Words(zh="所用模型无法判断某个动作", en="The models in use cannot tell one of the actions"),
    "presentation_attack": Words(zh="疑似翻拍（照片或屏幕）", en="A print or a screen instead of a person"),
    "attack_suspected": Words(zh="不能排除翻拍", en="A print or a screen cannot be ruled out"),
    "few_passive_frames": Words(zh="翻拍检测的画面不足", en="Too few frames for the attack detection"),
    "pack_not_approved": Words(zh="所用模型包未经银行批准", en="The model pack is not approved by the bank"),
    "light_no_answer": Words(zh="人脸对屏幕光没有反应", en="The face did not answer the light of the screen"),
    "light_unclear": Words(zh="屏幕光反应无法判断", en="The answer to the light of the screen could not be judged"),
    "light_skipped": Words(zh="未做屏幕光检测", en="The light of the screen was skipped"),
    "not_finished": Words(zh="检测未完成", en="The check was not finished"),
}
